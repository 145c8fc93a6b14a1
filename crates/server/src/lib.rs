//! The product: accounts, pages, API, configuration, command line.

mod account_memory;
mod accounts;
mod advice;
mod api;
mod app;
mod cli;
mod config;
mod control;
mod data_folder;
mod device;
mod device_cookie;
mod error;
mod explain;
mod fast_lane;
mod fields;
mod form;
mod jobs;
mod keys;
mod lab;
mod limits;
mod master_key_file;
mod measure;
mod operator;
mod pages;
mod product;
mod routes;
mod serve;
mod storage;
mod telemetry;
mod texts;
mod time_gate;
mod urls;

pub use product::main;
